//! A figure: what is measured, in which unit, and what would be good.

use serde_json::{Value, json};

/// What would be good.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Goal {
    /// This or less.
    AtMost(f64),
    /// Less than this.
    Below(f64),
    /// This or more.
    AtLeast(f64),
    /// Nobody said: the figure is there to be watched.
    None,
}

/// A figure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figure {
    /// What is typed to get it.
    pub name: &'static str,
    /// What its value counts.
    pub unit: &'static str,
    /// What would be good.
    pub goal: Goal,
    /// What exactly is measured.
    pub says: &'static str,
}

/// A figure with its value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    /// The figure.
    pub figure: Figure,
    /// Its value.
    pub value: f64,
}

impl Goal {
    /// The number in it.
    pub fn number(self) -> Option<f64> {
        match self {
            Self::AtMost(number) | Self::Below(number) | Self::AtLeast(number) => Some(number),
            Self::None => None,
        }
    }

    fn text(self) -> String {
        match self {
            Self::AtMost(number) => format!("<= {number}"),
            Self::Below(number) => format!("< {number}"),
            Self::AtLeast(number) => format!(">= {number}"),
            Self::None => String::new(),
        }
    }
}

impl Reading {
    /// Whether the goal is reached; nothing where there is none.
    pub fn holds(&self) -> Option<bool> {
        match self.figure.goal {
            Goal::AtMost(number) => Some(self.value <= number),
            Goal::Below(number) => Some(self.value < number),
            Goal::AtLeast(number) => Some(self.value >= number),
            Goal::None => None,
        }
    }

    /// The word for that.
    pub fn verdict(&self) -> &'static str {
        match self.holds() {
            Some(true) => "holds",
            Some(false) => "falls short",
            None => "",
        }
    }

    /// The value with as many digits as it is worth.
    pub fn value_text(&self) -> String {
        let digits = match self.value.abs() {
            large if large >= 100.0 => 0,
            middle if middle >= 10.0 => 1,
            _ => 3,
        };
        format!("{:.digits$}", self.value)
    }

    /// One line for people.
    pub fn line(&self) -> String {
        let Figure { name, unit, goal, .. } = self.figure;
        let line = format!(
            "{name:<40} {:>10} {unit:<10} {:>10}  {}",
            self.value_text(),
            goal.text(),
            self.verdict()
        );
        line.trim_end().to_owned()
    }

    /// A row of a table in Markdown.
    pub fn row(&self) -> String {
        let Figure { name, unit, goal, .. } = self.figure;
        format!("| `{name}` | {} | {unit} | {} | {} |", self.value_text(), goal.text(), self.verdict())
    }

    /// The same for programs: `goal` and `holds` are null where there is no goal.
    pub fn json(&self) -> Value {
        json!({
            "name": self.figure.name,
            "value": self.value,
            "unit": self.figure.unit,
            "goal": self.figure.goal.number(),
            "holds": self.holds(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(value: f64, goal: Goal) -> Reading {
        Reading { figure: Figure { name: "acts", unit: "acts/s", goal, says: "" }, value }
    }

    #[test]
    fn a_goal_is_reached_on_its_own_side() {
        for (value, goal, holds) in [
            (1.3, Goal::AtMost(1.3), Some(true)),
            (1.31, Goal::AtMost(1.3), Some(false)),
            (50.0, Goal::Below(50.0), Some(false)),
            (49.9, Goal::Below(50.0), Some(true)),
            (2_999.0, Goal::AtLeast(3_000.0), Some(false)),
            (3_000.0, Goal::AtLeast(3_000.0), Some(true)),
            (1.0, Goal::None, None),
        ] {
            assert_eq!(reading(value, goal).holds(), holds, "{value} {goal:?}");
        }
    }

    #[test]
    fn the_line_says_name_value_unit_goal_and_verdict() {
        let line = reading(52_345.6, Goal::AtLeast(50_000.0)).line();
        assert_eq!(
            line.split_whitespace().collect::<Vec<_>>(),
            ["acts", "52346", "acts/s", ">=", "50000", "holds"]
        );
        assert!(reading(4.0, Goal::AtLeast(50.0)).line().ends_with("falls short"));
    }

    #[test]
    fn programs_get_the_five_fields_and_null_where_there_is_no_goal() {
        let with = reading(0.2, Goal::AtMost(0.25)).json();
        assert_eq!(
            with,
            json!({"name": "acts", "value": 0.2, "unit": "acts/s", "goal": 0.25, "holds": true})
        );
        let without = reading(0.2, Goal::None).json();
        assert_eq!(
            without,
            json!({"name": "acts", "value": 0.2, "unit": "acts/s", "goal": null, "holds": null})
        );
    }
}
