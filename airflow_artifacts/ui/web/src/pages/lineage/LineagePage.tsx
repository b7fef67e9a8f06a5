export const LineagePage = () => <p>LineagePage</p>;
