package io.latentry.training.model.architecture;

/**
 * What depends on the shape of the input: encoder, decoder and likelihood. A variant swaps the rest
 * and knows nothing of it.
 */
public interface Architecture {
  Encoder encoder();

  /**
   * @param latent units of the code
   */
  Decoder decoder(int latent);

  Likelihood likelihood();
}
