package io.latentry.training.model.architecture;

import io.latentry.core.preprocessing.Block;
import io.latentry.core.preprocessing.WindowView;
import java.util.List;

/**
 * Long short-term memory over the points of a window.
 *
 * @param view of the window
 * @param blocks of its vector
 * @param features that contributions are summed by
 * @param units of encoder and decoder
 */
public record LstmArchitecture(WindowView view, List<Block> blocks, int features, int units)
    implements Architecture {

  @Override
  public Encoder encoder() {
    return new RecurrentEncoder(view, new LstmCell("encoder.lstm", view.width(), units));
  }

  @Override
  public Decoder decoder(int latent) {
    return new RecurrentDecoder(view, new LstmCell("decoder.lstm", latent, units));
  }

  @Override
  public Likelihood likelihood() {
    return new MixedLikelihood(blocks, features);
  }
}
