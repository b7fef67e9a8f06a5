export const VersionPage = () => <p>VersionPage</p>;
