package io.latentry.training.model.architecture;

import io.latentry.core.preprocessing.Block;
import java.util.List;

/**
 * Dense layers over the vector of a table's row.
 *
 * @param blocks of the vector
 * @param columns of the schema
 * @param hidden widths of the encoder's layers
 * @param decoderHidden widths of the decoder's layers
 * @param embedAbove one-hot entries above which a category is embedded
 */
public record MlpArchitecture(
    List<Block> blocks,
    int columns,
    List<Integer> hidden,
    List<Integer> decoderHidden,
    int embedAbove)
    implements Architecture {

  @Override
  public Encoder encoder() {
    return new MlpEncoder(blocks, hidden, embedAbove);
  }

  @Override
  public Decoder decoder(int latent) {
    Block last = blocks.get(blocks.size() - 1);
    return new MlpDecoder(latent, decoderHidden, last.offset() + last.width());
  }

  @Override
  public Likelihood likelihood() {
    return new MixedLikelihood(blocks, columns);
  }
}
