package io.latentry.training.model.architecture;

import io.latentry.core.preprocessing.Block;
import io.latentry.core.preprocessing.WindowView;
import java.util.List;

/**
 * Gated recurrent units over the points of a window.
 *
 * @param view of the window
 * @param blocks of its vector
 * @param features that contributions are summed by
 * @param units of encoder and decoder
 */
public record GruArchitecture(WindowView view, List<Block> blocks, int features, int units)
    implements Architecture {

  @Override
  public Encoder encoder() {
    return new RecurrentEncoder(view, new GruCell("encoder.gru", view.width(), units));
  }

  @Override
  public Decoder decoder(int latent) {
    return new RecurrentDecoder(view, new GruCell("decoder.gru", latent, units));
  }

  @Override
  public Likelihood likelihood() {
    return new MixedLikelihood(blocks, features);
  }
}
