package io.latentry.server.notification;

/** Notices in words for people. */
final class Words {
  private Words() {}

  static String title(Notice notice) {
    String what =
        notice.signature() == null
            ? notice.kind().word().replace('_', ' ')
            : notice.kind().word()
                + " '"
                + notice.signature()
                + "'"
                + (notice.segment() == null ? "" : " of " + notice.segment());
    String phase =
        switch (notice.phase()) {
          case BEGINS -> "";
          case REOPENED -> " goes on";
          case ENDS -> " is over";
        };
    return "Latentry: " + notice.model() + ": " + what + phase;
  }
}
