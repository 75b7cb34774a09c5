package stoa.repl;

/// Something that may be typed here.
///
/// @param value replaces the word
/// @param shown in the list
/// @param description beside it, or empty
/// @param group the heading it stands under
/// @param ends a space follows
record Offer(String value, String shown, String description, String group, boolean ends) {}
