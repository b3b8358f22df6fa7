package io.latentry.training.config;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** How a sample is read and told again, as {@code --encoder} names it. */
public enum EncoderKind {
  /** Dense layers over all entries at once: of a table, and of a window. */
  MLP,
  /** Gated recurrent units over the points of a window. */
  GRU,
  /** Long short-term memory over the points of a window. */
  LSTM,
  /** Convolutions over the points of a window, or the pixels of an image. */
  CONV;

  static final String UNITS = "units";
  static final String FILTERS = "filters";
  static final String SSIM = "ssim";
  static final String PERCEPTUAL = "perceptual";

  /** The kind that {@code --encoder} calls {@code word}; upper case will do as well. */
  public static Optional<EncoderKind> of(String word) {
    String plain = word.toLowerCase(Locale.ROOT);
    return Arrays.stream(values()).filter(kind -> kind.word().equals(plain)).findFirst();
  }

  /** Every word, separated by commas. */
  public static String words() {
    return Arrays.stream(values()).map(EncoderKind::word).collect(Collectors.joining(", "));
  }

  /** As {@code --encoder} names it, such as {@code gru}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether it goes from point to point, which only windows have, and images their pixels. */
  public boolean needsWindow() {
    return this != MLP;
  }

  /** The settings that only this kind has; a dense one has those of the model itself. */
  List<Setting> settings() {
    return switch (this) {
      case MLP -> List.of();
      case GRU, LSTM -> List.of(Setting.whole(UNITS, 32, 1, 4096));
      case CONV ->
          List.of(
              Setting.whole(FILTERS, 32, 1, 4096),
              Setting.number(SSIM, 0, 0, 1e6),
              Setting.number(PERCEPTUAL, 0, 0, 1e6));
    };
  }
}
