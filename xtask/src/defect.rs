//! Planted defects: one patch a file in `tests/defects`, begun by a sentence that says what is wrong and whom it hurts.

use std::fs;
use std::path::PathBuf;

use crate::failure::Failure;
use crate::workspace::Workspace;

/// Lines that a defect may change: a mistake of one thought, not a rewriting.
const LINES_CHANGED_MAX: usize = 10;

/// A planted defect.
#[derive(Debug)]
pub struct Defect {
    /// The file's name without its ending.
    pub name: String,
    /// The patch.
    pub path: PathBuf,
    /// What the mistake is.
    pub sentence: String,
}

/// Every defect, by name.
pub fn all(workspace: &Workspace) -> Result<Vec<Defect>, Failure> {
    let folder = workspace.file("tests/defects");
    let reading = |error: std::io::Error| Failure::reading(&folder, &error);
    let mut defects = Vec::new();
    for entry in fs::read_dir(&folder).map_err(reading)? {
        let path = entry.map_err(reading)?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()?.strip_suffix(".patch")) else {
            continue;
        };
        let text = fs::read_to_string(&path).map_err(|error| Failure::reading(&path, &error))?;
        if lines_changed(&text) > LINES_CHANGED_MAX {
            return Err(Failure::Broken(format!(
                "{name} changes more than {LINES_CHANGED_MAX} lines: a defect is a mistake of one thought."
            )));
        }
        let sentence = text.lines().next().unwrap_or_default().to_owned();
        defects.push(Defect { name: name.to_owned(), sentence, path });
    }
    defects.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(defects)
}

fn lines_changed(patch: &str) -> usize {
    let is_change = |line: &&str| {
        (line.starts_with('+') && !line.starts_with("+++"))
            || (line.starts_with('-') && !line.starts_with("---"))
    };
    patch.lines().filter(is_change).count()
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn lines_are_counted_without_the_names_of_files() {
        assert_eq!(lines_changed("A sentence.\n\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-one\n+two\n three\n"), 2);
    }

    #[test]
    fn every_defect_still_applies_is_small_and_says_what_it_is() {
        let workspace = Workspace::find().unwrap();
        let defects = all(&workspace).unwrap();
        assert!(defects.len() >= 16, "{}", defects.len());
        for defect in defects {
            let said = &defect.sentence;
            assert!(said.ends_with('.') && !said.starts_with("diff"), "{}: {said}", defect.name);
            let mut git: Command = workspace.program("git");
            let applies = git.args(["apply", "--check"]).arg(&defect.path).status().unwrap();
            assert!(applies.success(), "{} does not apply any more", defect.name);
        }
    }
}
