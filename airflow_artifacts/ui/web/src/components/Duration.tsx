/** Seconds as Airflow shows them, `00:00:30.120`, and with days where there are any. */
export const duration = (seconds: number): string => {
  const millis = Math.round(seconds * 1000);
  const days = Math.floor(millis / 86_400_000);
  const clock = new Date(millis % 86_400_000).toISOString().slice(11, 23);
  return days === 0 ? clock : `${days}d ${clock}`;
};

export const Duration = ({ seconds }: { readonly seconds: number }) => (
  <span style={{ whiteSpace: "nowrap" }}>{duration(seconds)}</span>
);
