package io.latentry.cli.show;

/**
 * What one check of {@code doctor} found.
 *
 * @param advice what to do; empty when all is well
 */
record Finding(String name, Status status, String detail, String advice) {

  enum Status {
    OK,
    WARNING,
    FAILED;

    String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  static Finding ok(String name, String detail) {
    return new Finding(name, Status.OK, detail, "");
  }

  static Finding warning(String name, String detail, String advice) {
    return new Finding(name, Status.WARNING, detail, advice);
  }

  static Finding failed(String name, String detail, String advice) {
    return new Finding(name, Status.FAILED, detail, advice);
  }
}
