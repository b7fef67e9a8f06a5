export const ComparePage = () => <p>ComparePage</p>;
