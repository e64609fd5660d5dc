//! Small good files for tests to spoil.

pub(crate) const SHOP_COLUMNS: &str = "id,name,address,postcode,category,services,lat,lon,far";
pub(crate) const ADDRESS_COLUMNS: &str = "id,source,number,suffix,street,postcode,lat,lon";

/// Eight good shops on lines 2 to 9, ids `s1` to `s8`, and more lines.
pub(crate) fn shops(extra_lines: &str) -> String {
    let good =
        |nth| format!("s{nth},Boutique {nth},\"{nth}, rue X\",29999,Autre,\"a, b\",47.9{nth},-5.1,0\n");
    format!("{SHOP_COLUMNS}\n{}{extra_lines}", (1..=8).map(good).collect::<String>())
}

/// Four good addresses on lines 2 to 5, ids `a1` to `a4`, and more lines.
pub(crate) fn addresses(extra_lines: &str) -> String {
    let good = |nth| format!("a{nth},x,{nth},,rue Y,29999,47.9{nth},-5.1\n");
    format!("{ADDRESS_COLUMNS}\n{}{extra_lines}", (1..=4).map(good).collect::<String>())
}
