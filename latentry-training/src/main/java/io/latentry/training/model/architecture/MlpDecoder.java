package io.latentry.training.model.architecture;

import io.latentry.core.graph.Ops;
import io.latentry.training.model.layer.Dense;
import io.latentry.training.model.layer.Mlp;
import io.latentry.training.model.layer.Parameter;
import io.latentry.training.model.layer.Weights;
import java.util.ArrayList;
import java.util.List;

/** Dense layers with SiLU and a linear one. */
public final class MlpDecoder implements Decoder {
  private final Mlp mlp;
  private final Dense output;

  public MlpDecoder(int latent, List<Integer> hidden, int width) {
    mlp = Mlp.of("decoder", latent, hidden);
    output = new Dense("decoder.output", mlp.width(latent), width, 1);
  }

  @Override
  public List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>(mlp.parameters());
    parameters.addAll(output.parameters());
    return parameters;
  }

  @Override
  public <T> T decode(Ops<T> ops, Weights<T> weights, T z) {
    return output.apply(ops, weights, mlp.apply(ops, weights, z));
  }
}
