// Numbers for people. Per-second rates come from two answers of the server, by its clock.

const UNITS = ["", "k", "M", "G", "T"];

export function short(value) {
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 ? (value > 0 && value < 10 ? 1 : 0) : 1;
  return value.toFixed(digits) + UNITS[unit];
}

export function percent(part) {
  return Math.round(part * 1000) / 10 + " %";
}

/** null as long as there is nothing to compare with; counters begin anew when the server does. */
export function perSecond(now, before, seconds) {
  if (before === undefined || seconds <= 0) return null;
  return Math.max(0, now - before) / seconds;
}
