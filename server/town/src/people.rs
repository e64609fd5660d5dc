//! The invented people who await parcels.
//!
//! Names are made up. Telephones come from 06 39 98 00 00 to 06 39 98 99 99, which the French
//! regulator keeps free for works of fiction, so nobody can be rung by mistake.

use crate::seed::Seed;

const NAMES: [&str; 24] = [
    "Azenor Le Brumec",
    "Soizic Kermoalann",
    "Ewen Trévadec",
    "Nolwenn Kerpistou",
    "Marcel Portalunec",
    "Yuna Lestrigou",
    "Gwendal Plouvarec",
    "Aminata Diavelle",
    "Idir Hamzelat",
    "Linh Trandoré",
    "Rosalie Quémérinac",
    "Ahès Kerdouarn",
    "Maëlys Tanguivel",
    "Corentin Roscouédic",
    "Fatoumata Sylvandou",
    "Loeiz Penvarnou",
    "Mireille Havrelong",
    "Teodor Balanescou",
    "Enora Goulvestre",
    "Anselme Vareckois",
    "Inès Alfarandel",
    "Tugdual Morvanziec",
    "Paulette Embrunier",
    "Salomé Kervadouze",
];

const INSTRUCTIONS: [Option<&str>; 12] = [
    Some("Digicode 12A4, 3e gauche"),
    Some("Sonner deux fois"),
    Some("Fond de cour, porte bleue"),
    Some("Interphone au nom de l'atelier, 2e étage sans ascenseur"),
    Some("Laisser chez la gardienne en cas d'absence"),
    Some("Appeler en arrivant, la sonnette est en panne"),
    Some("Digicode 7B90, puis escalier C"),
    Some("Le chien aboie mais ne mord pas"),
    Some("Bébé dort : frapper doucement"),
    Some("Portillon vert à droite du garage"),
    None,
    None,
];

/// Somebody who awaits parcels.
#[derive(Clone, Debug)]
pub(crate) struct Recipient {
    pub(crate) name: String,
    pub(crate) telephone: String,
    pub(crate) instructions: Option<String>,
}

/// Names, numbers and instructions not yet given to anybody.
pub(crate) struct People {
    names: Vec<&'static str>,
    instructions: Vec<Option<&'static str>>,
}

impl People {
    pub(crate) fn new() -> Self {
        Self { names: NAMES.to_vec(), instructions: INSTRUCTIONS.to_vec() }
    }

    /// Invents the next recipient; nothing once all names are given.
    pub(crate) fn next(&mut self, seed: &mut Seed) -> Option<Recipient> {
        // Each name has numbers of its own, so no two people of a day share one.
        let telephone_block = self.names.len();
        Some(Recipient {
            name: seed.take(&mut self.names)?.to_owned(),
            telephone: format!("06 39 98 {telephone_block:02} {:02}", seed.draw_below(100)),
            instructions: seed.take(&mut self.instructions).flatten().map(str::to_owned),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_has_a_name_and_a_telephone_of_their_own() {
        let (mut people, mut seed) = (People::new(), Seed::new(3));
        let everybody: Vec<Recipient> = std::iter::from_fn(|| people.next(&mut seed)).collect();
        assert_eq!(everybody.len(), NAMES.len());
        let names: std::collections::BTreeSet<&str> = everybody.iter().map(|one| one.name.as_str()).collect();
        let telephones: std::collections::BTreeSet<&str> =
            everybody.iter().map(|one| one.telephone.as_str()).collect();
        assert_eq!((names.len(), telephones.len()), (NAMES.len(), NAMES.len()));
        assert!(telephones.iter().all(|number| number.starts_with("06 39 98 ") && number.len() == 14));
    }
}
