/** DATE_FORMAT's specifiers, and week numbers by MySQL's eight modes (manual, "WEEK()"). */
import { civilOfDays, daysOfCivil, splitDatetime } from '../../types/temporal.ts';

export const weekdays = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
] as const;
export const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

/**
 * The week of a date and the year that it belongs to. Mode bit 0: weeks begin on Monday; bit 1: weeks from 1
 * to 53, days before the first week belong to the year before; bit 2: the first week is the one in which the
 * first such weekday lies, otherwise the one with four days or more (reversed for weeks that begin on Sunday).
 */
export function weekOf(days: number, mode: number): { readonly year: number; readonly week: number } {
  const monday = (mode & 1) !== 0;
  const byFirstDay = ((mode & 4) !== 0) === monday;
  const oneBased = (mode & 2) !== 0;
  const { year } = civilOfDays(days);
  const weekdayOf = (day: number): number => (((monday ? day + 3 : day + 4) % 7) + 7) % 7;
  const startOf = (ofYear: number): number => {
    const first = daysOfCivil(ofYear, 1, 1);
    const offset = weekdayOf(first);
    const belongs = byFirstDay ? offset === 0 : offset <= 3;
    return first - offset + (belongs ? 0 : 7);
  };
  if (days < startOf(year)) {
    if (!oneBased) return { year, week: 0 };
    return { year: year - 1, week: Math.floor((days - startOf(year - 1)) / 7) + 1 };
  }
  if (oneBased && days >= startOf(year + 1)) return { year: year + 1, week: 1 };
  return { year, week: Math.floor((days - startOf(year)) / 7) + 1 };
}

const two = (value: number): string => String(value).padStart(2, '0');
const suffix = (day: number): string =>
  day % 10 === 1 && day !== 11
    ? 'st'
    : day % 10 === 2 && day !== 12
      ? 'nd'
      : day % 10 === 3 && day !== 13
        ? 'rd'
        : 'th';

/** A datetime by a DATE_FORMAT pattern; an unknown specifier stands for its letter. */
export function formatDatetimeBy(us: bigint, pattern: string): string {
  const { days, micros } = splitDatetime(us);
  const { year, month, day } = civilOfDays(days);
  const hour = Math.floor(micros / 3.6e9);
  const minute = Math.floor(micros / 6e7) % 60;
  const second = Math.floor(micros / 1e6) % 60;
  const weekday = (((days + 4) % 7) + 7) % 7;
  const hour12 = hour % 12 === 0 ? 12 : hour % 12;
  const meridiem = hour < 12 ? 'AM' : 'PM';
  const specifier = (letter: string): string => {
    switch (letter) {
      case 'a':
        return weekdays[weekday]!.slice(0, 3);
      case 'b':
        return months[month - 1]!.slice(0, 3);
      case 'c':
        return String(month);
      case 'D':
        return `${day}${suffix(day)}`;
      case 'd':
        return two(day);
      case 'e':
        return String(day);
      case 'f':
        return String(micros % 1e6).padStart(6, '0');
      case 'H':
        return two(hour);
      case 'h':
      case 'I':
        return two(hour12);
      case 'i':
        return two(minute);
      case 'j':
        return String(days - daysOfCivil(year, 1, 1) + 1).padStart(3, '0');
      case 'k':
        return String(hour);
      case 'l':
        return String(hour12);
      case 'M':
        return months[month - 1]!;
      case 'm':
        return two(month);
      case 'p':
        return meridiem;
      case 'r':
        return `${two(hour12)}:${two(minute)}:${two(second)} ${meridiem}`;
      case 'S':
      case 's':
        return two(second);
      case 'T':
        return `${two(hour)}:${two(minute)}:${two(second)}`;
      case 'U':
        return two(weekOf(days, 0).week);
      case 'u':
        return two(weekOf(days, 1).week);
      case 'V':
        return two(weekOf(days, 2).week);
      case 'v':
        return two(weekOf(days, 3).week);
      case 'W':
        return weekdays[weekday]!;
      case 'w':
        return String(weekday);
      case 'X':
        return String(weekOf(days, 2).year).padStart(4, '0');
      case 'x':
        return String(weekOf(days, 3).year).padStart(4, '0');
      case 'Y':
        return String(year).padStart(4, '0');
      case 'y':
        return two(year % 100);
      default:
        return letter;
    }
  };
  return pattern.replace(/%(.)/gsu, (_match, letter: string) => specifier(letter));
}
