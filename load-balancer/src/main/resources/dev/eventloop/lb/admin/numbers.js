// Formats numbers. Rates per second come from two responses, by the server's clock.

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

/** null without an earlier value; never negative, because counters restart with the server. */
export function perSecond(now, before, seconds) {
  if (before === undefined || seconds <= 0) return null;
  return Math.max(0, now - before) / seconds;
}
