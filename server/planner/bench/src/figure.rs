//! A figure with its goal.

use serde_json::{Value, json};

/// A value that is good when it is small.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    pub name: String,
    pub value: f64,
    pub unit: &'static str,
    pub goal: f64,
}

impl Figure {
    /// Whether the goal is reached, as far as four digits after the point tell.
    pub fn holds(&self) -> bool {
        self.value <= self.goal + 0.000_05
    }

    /// One line for people.
    pub fn line(&self) -> String {
        let verdict = if self.holds() { "holds" } else { "falls short" };
        format!("{:<44} {:>9.4} {:<9} goal {:>6}  {verdict}", self.name, self.value, self.unit, self.goal)
    }

    /// The same for programs.
    pub fn json(&self) -> Value {
        json!({
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "goal": self.goal,
            "holds": self.holds(),
        })
    }
}
