export const ListPage = () => <p>ListPage</p>;
