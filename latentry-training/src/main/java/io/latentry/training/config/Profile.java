package io.latentry.training.config;

import java.util.Locale;

/**
 * What a detector may cost, as {@code --profile} names it: points on the curve of quality against
 * rows a second that docs/quality.md has measured.
 */
public enum Profile {
  /** One member and few codes: a seventh of the time. */
  FAST(1, 640),
  /** The default detector: more cost hardly a little quality. */
  BALANCED(VaeConfig.defaults().members(), VaeConfig.defaults().codes()),
  /** Codes for data that has as many rows, at one and a half times the cost. */
  ACCURATE(2, 8_192);

  private final int members;
  private final int codes;

  Profile(int members, int codes) {
    this.members = members;
    this.codes = codes;
  }

  /** As it is written in commands, such as {@code fast}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** {@code config} at this cost. */
  public VaeConfig over(VaeConfig config) {
    return config.toBuilder().members(members).codes(codes).build();
  }
}
