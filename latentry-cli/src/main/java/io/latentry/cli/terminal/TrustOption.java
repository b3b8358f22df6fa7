package io.latentry.cli.terminal;

import io.latentry.scoring.ScorerOptions;
import io.latentry.scoring.TrustedKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Whose models are opened. */
public final class TrustOption {
  @Option(
      names = "--trust",
      paramLabel = "KEYS",
      description = "PEM of public keys; refuse a model that none of them signed.")
  private Optional<Path> keys = Optional.empty();

  public boolean isGiven() {
    return keys.isPresent();
  }

  /** As given, on so many threads. */
  public ScorerOptions options(int threads) throws IOException {
    ScorerOptions options = ScorerOptions.threads(threads);
    if (keys.isEmpty()) {
      return options;
    }
    try {
      return options.trusting(Optional.of(TrustedKeys.read(keys.get())));
    } catch (IllegalArgumentException refused) {
      throw new WrongUsage("--trust: " + refused.getMessage());
    }
  }
}
