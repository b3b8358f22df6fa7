package io.latentry.pipeline.retrain;

/** What a retraining makes of a row. */
enum Fate {
  /** Before the span, or without a time. */
  OUTSIDE("outside the span", false),
  /** Of the span, and neither drawn nor held. */
  NOT_DRAWN("not looked at, since they were not drawn", false),
  /** Learned from. */
  NORMAL("normal", true),
  /** Learned from: an alarm of the champion, and the tail of a normal that moved. */
  TAIL("alarms taken for the tail of the normal of now", true),
  /** Learned from: a person says so. */
  SAID_NORMAL("false alarms by feedback", true),
  /** Left out as strange, and one of as many as the promise allows. */
  SPARED("alarms that only calibrate, as many as are promised", false),
  /** An alarm that lies apart from the normal of now. */
  STRANGE("alarms left out as strange", false),
  /** No alarm, but rare, and apart from all others. It calibrates, as a rare normal row must. */
  UNUSUAL("rare rows that only calibrate, found by the isolation forest", false),
  REPEATED("copies of earlier rows", false),
  CONFIRMED("anomalies by feedback", false),
  OTHER_LABEL("anomalies by their label", false),
  KNOWN_EVENT("known events by feedback", false),
  /** Not drawn: it trains, and neither calibrates nor judges, since it is more than its share. */
  ADDED_NORMAL("false alarms by feedback, not drawn, that only train", false),
  /** Not drawn, and to be found. */
  ADDED_ANOMALY("anomalies by feedback or label, not drawn, that are to be found", false),
  UNSCORABLE("cannot be judged", false),
  /** The first points of a run, which have no whole window yet; the mask of an image. */
  NO_SAMPLE("no samples: points without a whole window, or masks of images", false),
  /** The window of a point that is normal holds one that is left out, or is kept apart. */
  STRADDLING("points whose window holds others that are left out or kept apart", false);

  private final String words;
  private final boolean learned;

  Fate(String words, boolean learned) {
    this.words = words;
    this.learned = learned;
  }

  String words() {
    return words;
  }

  /** Whether it may stand among the points of a window that is learned from. */
  boolean isMember() {
    return learned || onlyCalibrates() || this == NO_SAMPLE || this == STRADDLING;
  }

  /** Whether it calibrates, though nothing learns from it. */
  boolean onlyCalibrates() {
    return this == SPARED || this == UNUSUAL;
  }

  /** Whether it stands for others of the span. */
  boolean isDrawn() {
    return this != OUTSIDE && this != NOT_DRAWN && this != ADDED_NORMAL && this != ADDED_ANOMALY;
  }

  /** Whether a person or a label says that it is an anomaly. */
  boolean isToBeFound() {
    return this == CONFIRMED || this == OTHER_LABEL || this == ADDED_ANOMALY;
  }

  boolean isLearned() {
    return learned;
  }
}
