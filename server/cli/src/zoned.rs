//! Times as people of a co-op read and write them, in the co-op's time zone.

use core_sync::domain::time::{Timestamp, Window};
use core_sync::texts::{Language, phrase};
use jiff::tz::TimeZone;

use crate::failure::Failure;

/// The time zone that draws times.
#[derive(Debug, Clone)]
pub(crate) struct Zone(TimeZone);

impl Zone {
    /// By its IANA name.
    pub(crate) fn named(name: &str, language: Language) -> Result<Self, Failure> {
        let wrong =
            |_| Failure::yours("time_zone", phrase(language, "cli.not_a_time_zone", &[("text", name)]));
        TimeZone::get(name).map(Self).map_err(wrong)
    }

    fn zoned(&self, time: Timestamp) -> Option<jiff::Zoned> {
        Some(jiff::Timestamp::from_millisecond(time.0).ok()?.to_zoned(self.0.clone()))
    }

    /// `10:42`
    pub(crate) fn minute(&self, time: Timestamp) -> String {
        self.zoned(time).map_or_else(|| "?".to_owned(), |zoned| zoned.strftime("%H:%M").to_string())
    }

    /// `10:42:03`
    pub(crate) fn second(&self, time: Timestamp) -> String {
        self.zoned(time).map_or_else(|| "?".to_owned(), |zoned| zoned.strftime("%H:%M:%S").to_string())
    }

    /// `10:42:03.519`, for times that lie close together.
    pub(crate) fn millisecond(&self, time: Timestamp) -> String {
        self.zoned(time).map_or_else(|| "?".to_owned(), |zoned| zoned.strftime("%H:%M:%S%.3f").to_string())
    }

    /// `10:42` for today, `2026-11-22` for another day.
    pub(crate) fn day_or_minute(&self, time: Timestamp, now: Timestamp) -> String {
        match (self.zoned(time), self.zoned(now)) {
            (Some(then), Some(now)) if then.date() != now.date() => then.strftime("%Y-%m-%d").to_string(),
            _ => self.minute(time),
        }
    }

    /// `09:00-10:30`
    pub(crate) fn window(&self, window: Window) -> String {
        format!("{}-{}", self.minute(window.from_ms), self.minute(window.until_ms))
    }

    /// Reads `09:00-10:30` on the day of `now`; an end before its start is the next day's.
    pub(crate) fn read_window(
        &self,
        text: &str,
        now: Timestamp,
        language: Language,
    ) -> Result<Window, Failure> {
        let wrong = || Failure::yours("window", phrase(language, "cli.not_a_window", &[("text", text)]));
        let (from, until) = text.split_once('-').ok_or_else(wrong)?;
        let today = self.zoned(now).ok_or_else(wrong)?.date();
        let read = |text: &str, date: jiff::civil::Date| {
            let time = hour_and_minute(text).ok_or_else(wrong)?;
            let zoned = date.to_datetime(time).to_zoned(self.0.clone()).map_err(|_| wrong())?;
            Ok::<_, Failure>(Timestamp(zoned.timestamp().as_millisecond()))
        };
        let from_ms = read(from, today)?;
        let mut until_ms = read(until, today)?;
        if until_ms == from_ms {
            return Err(wrong());
        }
        if until_ms < from_ms {
            until_ms = read(until, today.tomorrow().map_err(|_| wrong())?)?;
        }
        Ok(Window { from_ms, until_ms })
    }
}

/// `09:05`, and nothing that only looks like it.
fn hour_and_minute(text: &str) -> Option<jiff::civil::Time> {
    let (hour, minute) = text.trim().split_once(':')?;
    let two_digits = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    if !two_digits(hour) || !two_digits(minute) {
        return None;
    }
    jiff::civil::Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_read_and_drawn_in_the_co_ops_zone() {
        let zone = Zone::named("Europe/Paris", Language::En).unwrap();
        // 2026-11-22T12:00:00Z
        let noon = Timestamp(1_795_348_800_000);
        let window = zone.read_window("09:00-10:30", noon, Language::En).unwrap();
        assert_eq!(window.until_ms.0 - window.from_ms.0, 90 * 60_000);
        assert_eq!(zone.window(window), "09:00-10:30");
        let night = zone.read_window("23:00-01:00", noon, Language::En).unwrap();
        assert_eq!(night.until_ms.0 - night.from_ms.0, 2 * 3_600_000);
        for wrong in [
            "09:00-10:00-11:00",
            "T09:00-10:00",
            "09:00-10:00+05",
            "09:00-09:00",
            "9:00-10:00",
            "25:00-26:00",
        ] {
            assert!(zone.read_window(wrong, noon, Language::En).is_err(), "{wrong}");
        }
        assert!(zone.read_window("9h-10h", noon, Language::En).is_err());
        assert!(Zone::named("Europe/Brume", Language::En).is_err());
    }
}
