//! What the manifest of an imported dataset says.

/// Where a dataset is from; what is not known stays empty, and the manifest says so.
#[derive(Clone, Debug, Default)]
pub(super) struct About {
    pub(super) title: String,
    pub(super) description: String,
    pub(super) caveat: String,
    pub(super) producer: String,
    pub(super) version: String,
    pub(super) geography: String,
    /// What an absent row of interventions means: `zero` in inventories and input-output tables.
    pub(super) is_zero_where_absent: bool,
    /// The currency that its money is in, where it is one.
    pub(super) currency: &'static str,
}

impl About {
    /// The text of the manifest.
    pub(super) fn manifest(&self) -> String {
        let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
        let stated = |text: &str| quoted(if text.is_empty() { "not stated" } else { text });
        let mut text = String::from("kind = \"supply\"\n");
        let mut say = |key: &str, value: String| text.push_str(&format!("{key} = {value}\n"));
        say("title", quoted(&self.title));
        say("description", quoted(&self.description));
        if !self.caveat.is_empty() {
            say("caveat", quoted(&self.caveat));
        }
        say("producer", stated(&self.producer));
        say("citation", quoted(&format!("{}, imported by truecost", self.title)));
        say("version", stated(&self.version));
        say("geography", stated(&self.geography));
        say("licence", "{ name = \"not stated: files of the user\", redistribute = false }".to_owned());
        let absent = if self.is_zero_where_absent { "zero" } else { "not_stated" };
        if !self.currency.is_empty() {
            text.push_str(&format!("\n[defaults]\ncurrency = \"{}\"\n", self.currency));
        }
        text.push_str(&format!("\n[supply]\nabsent_interventions = \"{absent}\"\n"));
        text
    }
}
