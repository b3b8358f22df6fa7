package io.latentry.cli;

import io.latentry.training.Variant;
import java.util.Arrays;
import java.util.Iterator;

/** What {@code --model} may be, for help texts. */
final class VariantWords implements Iterable<String> {
  @Override
  public Iterator<String> iterator() {
    return Arrays.stream(Variant.values()).map(Variant::word).iterator();
  }
}
