/** Names of the local day and month, as budgets speak of them: `2026-11-25`, `2026-11`. */
export function calendar(zone: string): (at: number) => { readonly day: string; readonly month: string } {
  // The Swedish form of a date is the ISO one.
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
  return (at) => {
    const day = format.format(at);
    return { day, month: day.slice(0, 7) };
  };
}
