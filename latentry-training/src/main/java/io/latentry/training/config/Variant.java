package io.latentry.training.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which VAE, as {@code --model} names it. A new variant is one class of {@link VariantParts}, its
 * test, and its line here.
 */
public enum Variant {
  PLAIN(new PlainVae()),
  BETA(new BetaVae()),
  VAMP(new VampVae()),
  FLOW_POSTERIOR(new FlowPosteriorVae()),
  FLOW_PRIOR(new FlowPriorVae()),
  ADVERSARIAL(new AdversarialVae()),
  CONTRASTIVE(new ContrastiveVae()),
  AUTOENCODER(new PlainAutoencoder());

  @SuppressWarnings(
      "ImmutableEnumChecker") // Parts have no fields; the annotation would be a dependency.
  private final VariantParts parts;

  Variant(VariantParts parts) {
    this.parts = parts;
  }

  /**
   * The variant that {@code --model} or the config file calls {@code word}; upper case and
   * underscores will do as well.
   */
  public static Optional<Variant> of(String word) {
    String plain = word.toLowerCase(Locale.ROOT).replace('_', '-');
    return Arrays.stream(values()).filter(variant -> variant.word().equals(plain)).findFirst();
  }

  /** Every word, separated by commas. */
  public static String words() {
    return Arrays.stream(values()).map(Variant::word).collect(Collectors.joining(", "));
  }

  /** As {@code --model} names it, such as {@code flow-prior}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What it is good for, in a few words. */
  public String summary() {
    return parts.summary();
  }

  /** The KL weight unless one is given. */
  public double defaultBeta() {
    return parts.beta();
  }

  /** Whether it gives rows a density, so that bounds on it mean something. */
  public boolean hasDensity() {
    return parts.hasDensity();
  }

  /** Whether its latent units are meant to stand for causes, one by one. */
  public boolean namesCauses() {
    return parts.namesCauses();
  }

  public VariantParts parts() {
    return parts;
  }
}
