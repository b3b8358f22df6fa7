package io.latentry.training.config;

import io.latentry.core.data.InputSpec;
import io.latentry.core.data.Schema;
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

  /**
   * Of {@link #FAST} where rows hold texts: beside what is made of a text the time for a code is
   * nothing, and rare texts need a code near them. With 640, 39 of 45 probes of a web server's log
   * were among its first 2 %, by one of two seeds; with these all.
   */
  private static final int FAST_CODES_OF_TEXTS = 2_048;

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

  /** {@code config} for samples of {@code spec}. */
  public static VaeConfig settled(VaeConfig config, InputSpec spec) {
    boolean texts = spec instanceof Schema schema && !schema.textsThatEnter().isEmpty();
    boolean fast = config.members() == FAST.members && config.codes() == FAST.codes;
    return texts && fast ? config.toBuilder().codes(FAST_CODES_OF_TEXTS).build() : config;
  }
}
