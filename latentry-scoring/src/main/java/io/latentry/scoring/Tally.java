package io.latentry.scoring;

/** How many rows got which verdict. */
public record Tally(long normal, long anomaly, long unscorable) {
  public static final Tally NONE = new Tally(0, 0, 0);

  public long rows() {
    return normal + anomaly + unscorable;
  }

  public Tally plus(Tally other) {
    return new Tally(normal + other.normal, anomaly + other.anomaly, unscorable + other.unscorable);
  }
}
