export const ArtifactPage = () => <p>ArtifactPage</p>;
