package io.latentry.cli.fit;

import io.latentry.training.config.EncoderKind;
import java.util.Arrays;
import java.util.Iterator;

/** What {@code --encoder} may be, for help texts. */
final class EncoderWords implements Iterable<String> {
  @Override
  public Iterator<String> iterator() {
    return Arrays.stream(EncoderKind.values()).map(EncoderKind::word).iterator();
  }
}
