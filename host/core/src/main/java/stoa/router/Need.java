package stoa.router;

/// What one module needs of another.
///
/// @param range of versions, as its author wrote it
record Need(String module, String range) {
  boolean fits(String version) {
    return VersionRange.of(range).filter(versions -> versions.includes(version)).isPresent();
  }

  /// `text ^1.2`
  String text() {
    return range.isBlank() || range.equals("*") ? module : module + " " + range;
  }
}
