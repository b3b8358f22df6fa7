package io.latentry.training.model.architecture;

import io.latentry.core.preprocessing.Block;
import io.latentry.core.preprocessing.WindowView;
import java.util.ArrayList;
import java.util.List;

/**
 * Convolutions over the points of a window. Each layer halves the points, so that the last ones see
 * all of the window at a cost that grows with its length, not with its square.
 *
 * @param view of the window
 * @param blocks of its vector
 * @param features that contributions are summed by
 * @param filters of each layer of encoder and decoder
 */
public record ConvArchitecture(WindowView view, List<Block> blocks, int features, int filters)
    implements Architecture {
  /** Points that are few enough to be joined by a dense layer. */
  private static final int FEW_POINTS = 4;

  @Override
  public Encoder encoder() {
    return new ConvEncoder(view, lengths(), filters);
  }

  @Override
  public Decoder decoder(int latent) {
    return new ConvDecoder(view, lengths(), latent, filters);
  }

  @Override
  public Likelihood likelihood() {
    return new MixedLikelihood(blocks, features);
  }

  /** Points before the first layer, and after each. */
  private List<Integer> lengths() {
    List<Integer> lengths = new ArrayList<>(List.of(view.size()));
    int length = view.size();
    do {
      length = (length + 1) / 2;
      lengths.add(length);
    } while (length > FEW_POINTS);
    return lengths;
  }
}
