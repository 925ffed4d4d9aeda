//! Options of choices: values with what they are called.

/// Values with their labels.
pub fn labelled(options: &[(&str, &str)]) -> Vec<(String, String)> {
    options.iter().map(|(value, label)| ((*value).to_owned(), (*label).to_owned())).collect()
}

/// Values that are their own labels.
pub fn plain(values: impl IntoIterator<Item = String>) -> impl Iterator<Item = (String, String)> {
    values.into_iter().map(|value| (value.clone(), value))
}

/// A choice of a filter, where nothing chosen stands for all.
pub fn any(options: impl IntoIterator<Item = (String, String)>) -> impl Iterator<Item = (String, String)> {
    [(String::new(), "Any".to_owned())].into_iter().chain(options)
}
