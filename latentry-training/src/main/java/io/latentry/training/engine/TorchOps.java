package io.latentry.training.engine;

import io.latentry.core.graph.Ops;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * The operations over libtorch tensors; differentiable where mathematics is.
 *
 * <p>Fixed values are made once for each array (by identity) and live until {@link #close}, so that
 * a training step does not make them anew. Everything else lives in the caller's pointer scope. Not
 * thread-safe.
 */
public final class TorchOps implements Ops<Tensor>, AutoCloseable {
  /** Scalars beyond this many are not kept: a schedule makes a new one each step. */
  private static final int MOST_KEPT_SCALARS = 256;

  private final IdentityHashMap<float[], Tensor> constants = new IdentityHashMap<>();
  private final Map<Float, Tensor> scalars = new HashMap<>();

  private final Device device;

  public TorchOps(Device device) {
    this.device = device;
  }

  /** A tensor of its own memory, on the device. */
  public Tensor tensor(float[] values, long... shape) {
    return device.tensor(values, shape);
  }

  /** As {@link #tensor}, of integers. */
  public Tensor indices(long[] values, long... shape) {
    return device.indices(values, shape);
  }

  /** {@code float[numel]}, row-major, from whatever device. */
  public static float[] values(Tensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.numel())];
    try (Tensor flat = tensor.detach();
        Tensor here = flat.cpu();
        Tensor contiguous = here.contiguous();
        FloatPointer pointer = contiguous.data_ptr_float()) {
      pointer.get(values);
    }
    return values;
  }

  @Override
  public void close() {
    constants.values().forEach(Tensor::releaseReference);
    scalars.values().forEach(Tensor::releaseReference);
    constants.clear();
    scalars.clear();
  }

  @Override
  public Tensor constant(float[] values, long... shape) {
    Tensor kept = constants.get(values);
    if (kept != null) {
      return kept;
    }
    Tensor made = tensor(values, shape);
    constants.put(values, made.retainReference());
    return made;
  }

  @Override
  public Tensor scalar(float value) {
    Tensor kept = scalars.get(value);
    if (kept != null) {
      return kept;
    }
    Tensor made = tensor(new float[] {value}, 1);
    if (scalars.size() < MOST_KEPT_SCALARS) {
      scalars.put(value, made.retainReference());
    }
    return made;
  }

  @Override
  public Tensor weight(String name, float[] values, long... shape) {
    return constant(values, shape);
  }

  @Override
  public Tensor add(Tensor a, Tensor b) {
    return a.add(b);
  }

  @Override
  public Tensor sub(Tensor a, Tensor b) {
    return a.sub(b);
  }

  @Override
  public Tensor mul(Tensor a, Tensor b) {
    return a.mul(b);
  }

  @Override
  public Tensor div(Tensor a, Tensor b) {
    return a.div(b);
  }

  @Override
  public Tensor matmul(Tensor a, Tensor b) {
    return a.matmul(b);
  }

  @Override
  public Tensor convolution(Tensor a, Tensor kernel, Tensor bias, int stride, int groups) {
    long[] rows = Ops.padding(a.size(2), kernel.size(2), stride);
    long[] columns = Ops.padding(a.size(3), kernel.size(3), stride);
    return convolution(
        a, kernel, bias, stride, groups, new long[] {rows[0], columns[0], rows[1], columns[1]});
  }

  @Override
  public Tensor convolution(
      Tensor a, Tensor kernel, Tensor bias, int stride, int groups, long[] padding) {
    return torch.conv2d(
        padded(a, padding, 0),
        kernel,
        new TensorOptional(bias),
        new long[] {stride, stride},
        new long[] {0, 0},
        new long[] {1, 1},
        groups);
  }

  @Override
  public Tensor maxPool(Tensor a, int side, int stride, long[] padding) {
    return torch.max_pool2d(
        padded(a, padding, Double.NEGATIVE_INFINITY),
        new long[] {side, side},
        new long[] {stride, stride},
        new long[] {0, 0},
        new long[] {1, 1},
        false);
  }

  /** Continued above, to the left, below and to the right. */
  private static Tensor padded(Tensor a, long[] padding, double value) {
    return torch.constant_pad_nd(
        a, new long[] {padding[1], padding[3], padding[0], padding[2]}, new Scalar(value));
  }

  @Override
  public Tensor transpose(Tensor a, int... order) {
    long[] axes = new long[order.length];
    for (int i = 0; i < order.length; i++) {
      axes[i] = order[i];
    }
    return a.permute(axes);
  }

  @Override
  public Tensor reshape(Tensor a, long... shape) {
    long[] resolved = shape.clone();
    if (resolved.length > 0 && resolved[0] == 0) {
      resolved[0] = a.size(0);
    }
    return a.reshape(resolved);
  }

  @Override
  public Tensor unsqueeze(Tensor a, int axis) {
    return a.unsqueeze(axis);
  }

  @Override
  public Tensor squeeze(Tensor a, int axis) {
    return a.squeeze((long) axis);
  }

  @Override
  public Tensor slice(Tensor a, int axis, long from, long to) {
    return a.narrow(axis, from, to - from);
  }

  @Override
  public Tensor concat(int axis, List<Tensor> parts) {
    return parts.size() == 1
        ? parts.get(0)
        : torch.cat(new TensorVector(parts.toArray(new Tensor[0])), axis);
  }

  @Override
  public Tensor neg(Tensor a) {
    return a.neg();
  }

  @Override
  public Tensor exp(Tensor a) {
    return a.exp();
  }

  @Override
  public Tensor log(Tensor a) {
    return a.log();
  }

  @Override
  public Tensor sqrt(Tensor a) {
    return a.sqrt();
  }

  @Override
  public Tensor abs(Tensor a) {
    return a.abs();
  }

  @Override
  public Tensor floor(Tensor a) {
    return a.floor();
  }

  @Override
  public Tensor sin(Tensor a) {
    return a.sin();
  }

  @Override
  public Tensor cos(Tensor a) {
    return a.cos();
  }

  @Override
  public Tensor atan(Tensor a) {
    return a.atan();
  }

  @Override
  public Tensor asinh(Tensor a) {
    return a.asinh();
  }

  @Override
  public Tensor tanh(Tensor a) {
    return a.tanh();
  }

  @Override
  public Tensor sigmoid(Tensor a) {
    return a.sigmoid();
  }

  @Override
  public Tensor softplus(Tensor a) {
    return torch.softplus(a);
  }

  @Override
  public Tensor relu(Tensor a) {
    return a.relu();
  }

  @Override
  public Tensor silu(Tensor a) {
    return torch.silu(a);
  }

  @Override
  public Tensor affine(Tensor a, Tensor weight, Tensor bias) {
    // One operation in place of six, but it does not broadcast.
    boolean alike = a.dim() == 3 && weight.dim() == 3 && a.size(0) == weight.size(0);
    return alike ? torch.baddbmm(bias, a, weight) : Ops.super.affine(a, weight, bias);
  }

  @Override
  public Tensor clip(Tensor a, float low, float high) {
    return a.clamp(new ScalarOptional(new Scalar(low)), new ScalarOptional(new Scalar(high)));
  }

  @Override
  public Tensor sum(Tensor a, int axis, boolean keepAxis) {
    return a.sum(new long[] {axis}, keepAxis, new org.bytedeco.pytorch.ScalarTypeOptional());
  }

  @Override
  public Tensor mean(Tensor a, int axis, boolean keepAxis) {
    return a.mean(new long[] {axis}, keepAxis, new org.bytedeco.pytorch.ScalarTypeOptional());
  }

  @Override
  public Tensor max(Tensor a, int axis, boolean keepAxis) {
    return a.amax(new long[] {axis}, keepAxis);
  }

  @Override
  public Tensor logSumExp(Tensor a, int axis, boolean keepAxis) {
    return a.logsumexp(new long[] {axis}, keepAxis);
  }

  @Override
  public Tensor logSoftmax(Tensor a, int axis) {
    return a.log_softmax(axis);
  }

  @Override
  public Smallest<Tensor> smallest(Tensor a, int k) {
    T_TensorTensor_T found = a.topk(k, -1, false, true);
    return new Smallest<>(found.get0(), found.get1());
  }

  @Override
  public Tensor gather(Tensor table, Tensor indices) {
    long[] shape = indices.shape();
    long[] result = java.util.Arrays.copyOf(shape, shape.length + 1);
    result[shape.length] = table.size(1);
    return table.index_select(0, indices.reshape(-1)).reshape(result);
  }

  @Override
  public Tensor toIndex(Tensor a) {
    return a.to(torch.ScalarType.Long);
  }

  @Override
  public Tensor addIndex(Tensor indices, long[] offsets, long... shape) {
    return indices.add(indices(offsets, shape));
  }

  @Override
  public Tensor less(Tensor a, Tensor b) {
    return a.lt(b).to(torch.ScalarType.Float);
  }

  @Override
  public Tensor isNaN(Tensor a) {
    return a.isnan().to(torch.ScalarType.Float);
  }

  @Override
  public Tensor isInfinite(Tensor a) {
    return a.isinf().to(torch.ScalarType.Float);
  }

  @Override
  public Tensor where(Tensor condition, Tensor a, Tensor b) {
    return a.where(condition.ne(scalarZero()), b);
  }

  private static Scalar scalarZero() {
    return new Scalar(0f);
  }
}
