package io.latentry.training.model.flow;

import io.latentry.core.graph.Ops;
import io.latentry.training.model.layer.Parameter;
import io.latentry.training.model.layer.Weights;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A smooth map of codes to codes that can be undone, and what it does to volumes. */
public interface Flow {
  List<Parameter> parameters();

  /**
   * @param code {@code [members, batch, latent]}
   * @param logVolume {@code [members, batch]}: {@code log |det|} of the map's Jacobian at the code
   */
  record Flowed<T>(T code, T logVolume) {}

  /**
   * @param z {@code [members, batch, latent]}
   * @param context {@code [members, batch, features]}: what the map is chosen by; null if it is the
   *     same for all rows
   */
  <T> Flowed<T> apply(Ops<T> ops, Weights<T> weights, T z, @Nullable T context);

  /** What a flow asks of the context that it does not have. */
  static <T> T required(@Nullable T context) {
    if (context == null) {
      throw new IllegalStateException("context: none (expected: the encoder's features)");
    }
    return context;
  }
}
