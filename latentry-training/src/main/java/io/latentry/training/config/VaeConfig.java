package io.latentry.training.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the model is. Defaults are those of {@link #defaults(Variant)}.
 *
 * @param members VAEs in the ensemble, trained as one batched graph
 * @param latent latent units; null for {@code clamp(round(0.3 * width), 2, 32)}
 * @param hidden widths of the encoder's hidden layers
 * @param decoder widths of the decoder's hidden layers; null for the encoder's in reverse
 * @param embedAbove a category with more one-hot entries enters through a learned embedding
 * @param beta weight of the KL term; null for the variant's own
 * @param reconstructionWeight what a nat of reconstruction counts in the loss; null for 1
 * @param latentDropout share of latent units hidden from the decoder in a step of training
 * @param warmUp share of training (of a cycle, if cyclical) over which the schedule rises
 * @param cycles cycles of the cyclical schedule
 * @param capacity nats that the capacity schedule ends at
 * @param freeBits nats per latent unit that cost nothing
 * @param draws stored noise draws at which the reconstruction term is taken; 0 for the posterior
 *     mean
 * @param codes most codes that a latent term stores; more training rows than that are stood for by
 *     the centres of their clusters
 * @param neighbours stored codes nearest to a row that a latent term looks at
 * @param settings those that only this variant or this encoder has, where they differ from its
 *     defaults
 * @param encoder how a sample is read and told again; null for {@link EncoderKind#MLP}
 */
public record VaeConfig(
    Variant variant,
    int members,
    @Nullable Integer latent,
    List<Integer> hidden,
    @Nullable List<Integer> decoder,
    int embedAbove,
    @Nullable Double beta,
    @Nullable Double reconstructionWeight,
    double latentDropout,
    ScheduleKind schedule,
    double warmUp,
    int cycles,
    double capacity,
    double freeBits,
    int draws,
    LatentTermKind latentTerm,
    int codes,
    int neighbours,
    Map<String, String> settings,
    @Nullable EncoderKind encoder) {

  public VaeConfig {
    hidden = List.copyOf(hidden);
    decoder = decoder == null ? null : List.copyOf(decoder);
    settings = Collections.unmodifiableMap(new TreeMap<>(settings));
    Checks.inRange("members", members, 1, 64);
    if (latent != null) {
      Checks.inRange("latent", latent, 1, 4096);
    }
    for (int width : hidden) {
      Checks.inRange("hidden", width, 1, 8192);
    }
    if (decoder != null) {
      for (int width : decoder) {
        Checks.inRange("decoder", width, 1, 8192);
      }
    }
    Checks.inRange("embed_above", embedAbove, 2, 1_000_000);
    if (beta != null) {
      Checks.inRange("beta", beta, 0, 1e6);
    }
    if (reconstructionWeight != null) {
      Checks.inRange("reconstruction_weight", reconstructionWeight, 1e-6, 1e6);
    }
    Checks.inRange("latent_dropout", latentDropout, 0, 0.99);
    Checks.inRange("warm_up", warmUp, 0, 1);
    Checks.inRange("cycles", cycles, 1, 1000);
    Checks.inRange("capacity", capacity, 0, 1e6);
    Checks.inRange("free_bits", freeBits, 0, 1e3);
    Checks.inRange("draws", draws, 0, 256);
    Checks.inRange("codes", codes, 1, 1_000_000);
    Checks.inRange("neighbours", neighbours, 1, 1000);
    for (Map.Entry<String, String> setting : settings.entrySet()) {
      setting(variant, encoder, setting.getKey()).check(setting.getValue());
    }
  }

  /** The default detector. */
  public static VaeConfig defaults() {
    return new VaeConfig(
        Variant.PLAIN,
        2,
        null,
        List.of(64, 64),
        null,
        16,
        null,
        null,
        0,
        ScheduleKind.LINEAR,
        0.3,
        4,
        0,
        0,
        0,
        LatentTermKind.TAILED_NEIGHBOURHOOD,
        5120,
        3,
        Map.of(),
        null);
  }

  /** The default detector with another model in it, and that model's own defaults. */
  public static VaeConfig defaults(Variant variant) {
    return defaults().of(variant);
  }

  /** The same with another model in it, and what that model has defaults of its own for. */
  public VaeConfig of(Variant other) {
    if (other == variant) {
      return this;
    }
    Builder changed = toBuilder().variant(other);
    changed.beta = null;
    List<String> kept = encoderKind().settings().stream().map(Setting::name).toList();
    changed.settings = new TreeMap<>(settings);
    changed.settings.keySet().retainAll(kept);
    return other.parts().over(changed.latentTerm(defaults().latentTerm())).build();
  }

  /** The same with another encoder in it, whose own settings are at their defaults. */
  public VaeConfig of(EncoderKind other) {
    Builder changed = toBuilder().encoder(other);
    if (other != encoderKind()) {
      changed.settings = new TreeMap<>(settings);
      encoderKind().settings().forEach(setting -> changed.settings.remove(setting.name()));
    }
    return changed.build();
  }

  /** The same with every choice made for a vector of {@code width} entries. */
  public VaeConfig resolved(int width) {
    Builder builder = toBuilder();
    if (latent == null) {
      builder.latent(Math.max(2, Math.min(32, (int) Math.round(0.3 * width))));
    }
    if (beta == null) {
      builder.beta(variant.defaultBeta());
    }
    return builder.build();
  }

  /** Latent units of a {@link #resolved} config. */
  public int latentUnits() {
    if (latent == null) {
      throw new IllegalStateException("latent: not resolved");
    }
    return latent;
  }

  /** KL weight, the variant's own unless given. */
  public double klWeight() {
    return beta == null ? variant.defaultBeta() : beta;
  }

  /** How a sample is read and told again. */
  public EncoderKind encoderKind() {
    return encoder == null ? EncoderKind.MLP : encoder;
  }

  /** Values that a recurrent encoder, and its decoder, remember. */
  public int units() {
    return whole(EncoderKind.UNITS);
  }

  /** Filters of each layer of a convolutional encoder, and of its decoder. */
  public int filters() {
    return whole(EncoderKind.FILTERS);
  }

  /** What dissimilar structure costs, nats a pixel; of images seen by pixels. */
  public double ssim() {
    return number(EncoderKind.SSIM);
  }

  /** What it costs that a fixed network sees another image, nats a pixel; of the same. */
  public double perceptual() {
    return number(EncoderKind.PERCEPTUAL);
  }

  /** Widths of the decoder's hidden layers. */
  public List<Integer> decoderHidden() {
    if (decoder != null) {
      return decoder;
    }
    List<Integer> reversed = new ArrayList<>(hidden);
    Collections.reverse(reversed);
    return List.copyOf(reversed);
  }

  /** Whether the variant has such a setting. */
  boolean has(String setting) {
    return variant.parts().settings().stream().anyMatch(s -> s.name().equals(setting));
  }

  /** The value of one of the variant's own settings, or the encoder's. */
  String word(String setting) {
    return settings.getOrDefault(setting, setting(variant, encoder, setting).byDefault());
  }

  /** The same as a number. */
  double number(String setting) {
    return Double.parseDouble(word(setting));
  }

  /** The same as a whole number. */
  int whole(String setting) {
    return (int) number(setting);
  }

  private static Setting setting(Variant variant, @Nullable EncoderKind encoder, String name) {
    List<Setting> known = new ArrayList<>(variant.parts().settings());
    if (encoder != null) {
      known.addAll(encoder.settings());
    }
    return known.stream()
        .filter(setting -> setting.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "settings."
                        + name
                        + ": unknown to "
                        + variant.word()
                        + (encoder == null ? "" : " of " + encoder.word())
                        + " (expected: "
                        + (known.isEmpty()
                            ? "none"
                            : "one of "
                                + String.join(", ", known.stream().map(Setting::name).toList()))
                        + ")"));
  }

  public Builder toBuilder() {
    return new Builder(this);
  }

  /** Changes single settings of a config; everything is checked in {@link #build}. */
  public static final class Builder {
    private Variant variant;
    private int members;
    private @Nullable Integer latent;
    private List<Integer> hidden;
    private @Nullable List<Integer> decoder;
    private int embedAbove;
    private @Nullable Double beta;
    private @Nullable Double reconstructionWeight;
    private double latentDropout;
    private ScheduleKind schedule;
    private double warmUp;
    private int cycles;
    private double capacity;
    private double freeBits;
    private int draws;
    private LatentTermKind latentTerm;
    private int codes;
    private int neighbours;
    private Map<String, String> settings;
    private @Nullable EncoderKind encoder;

    private Builder(VaeConfig from) {
      variant = from.variant;
      members = from.members;
      latent = from.latent;
      hidden = from.hidden;
      decoder = from.decoder;
      embedAbove = from.embedAbove;
      beta = from.beta;
      reconstructionWeight = from.reconstructionWeight;
      latentDropout = from.latentDropout;
      schedule = from.schedule;
      warmUp = from.warmUp;
      cycles = from.cycles;
      capacity = from.capacity;
      freeBits = from.freeBits;
      draws = from.draws;
      latentTerm = from.latentTerm;
      codes = from.codes;
      neighbours = from.neighbours;
      settings = from.settings;
      encoder = from.encoder;
    }

    public Builder variant(Variant value) {
      variant = value;
      return this;
    }

    public Builder members(int value) {
      members = value;
      return this;
    }

    public Builder latent(int value) {
      latent = value;
      return this;
    }

    public Builder hidden(List<Integer> value) {
      hidden = value;
      return this;
    }

    public Builder decoder(List<Integer> value) {
      decoder = value;
      return this;
    }

    public Builder embedAbove(int value) {
      embedAbove = value;
      return this;
    }

    public Builder beta(double value) {
      beta = value;
      return this;
    }

    public Builder reconstructionWeight(double value) {
      reconstructionWeight = value;
      return this;
    }

    public Builder latentDropout(double value) {
      latentDropout = value;
      return this;
    }

    public Builder schedule(ScheduleKind value) {
      schedule = value;
      return this;
    }

    public Builder warmUp(double value) {
      warmUp = value;
      return this;
    }

    public Builder cycles(int value) {
      cycles = value;
      return this;
    }

    public Builder capacity(double value) {
      capacity = value;
      return this;
    }

    public Builder freeBits(double value) {
      freeBits = value;
      return this;
    }

    public Builder draws(int value) {
      draws = value;
      return this;
    }

    public Builder latentTerm(LatentTermKind value) {
      latentTerm = value;
      return this;
    }

    public Builder codes(int value) {
      codes = value;
      return this;
    }

    public Builder neighbours(int value) {
      neighbours = value;
      return this;
    }

    public Builder encoder(EncoderKind value) {
      encoder = value;
      return this;
    }

    /** One of the variant's own settings, or the encoder's. */
    public Builder setting(String name, String value) {
      Map<String, String> changed = new TreeMap<>(settings);
      changed.put(name, value);
      settings = changed;
      return this;
    }

    public VaeConfig build() {
      return new VaeConfig(
          variant,
          members,
          latent,
          hidden,
          decoder,
          embedAbove,
          beta,
          reconstructionWeight,
          latentDropout,
          schedule,
          warmUp,
          cycles,
          capacity,
          freeBits,
          draws,
          latentTerm,
          codes,
          neighbours,
          settings,
          encoder);
    }
  }
}
