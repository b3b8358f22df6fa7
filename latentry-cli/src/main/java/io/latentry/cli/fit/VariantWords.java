package io.latentry.cli.fit;

import io.latentry.training.config.Variant;
import java.util.Arrays;
import java.util.Iterator;

/** What {@code --model} may be, for help texts. */
final class VariantWords implements Iterable<String> {
  @Override
  public Iterator<String> iterator() {
    return Arrays.stream(Variant.values()).map(Variant::word).iterator();
  }
}
