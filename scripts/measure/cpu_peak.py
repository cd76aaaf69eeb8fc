"""The peak of PyTorch's CPU allocator, by its profiler's memory events: lets every measurement be tried on shapes that
fit a machine without a GPU. CUDA's own statistics round each block up to 512 bytes; these do not."""

import torch


class CpuPeak:
    """Counts from when it is entered: enter it before the model is made."""

    def __enter__(self):
        self._profile = torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU], profile_memory=True)
        self._profile.__enter__()
        return self

    def __exit__(self, *exception):
        self._profile.__exit__(*exception)
        if exception[0] is None:
            self.peak_bytes = peak_of(self._profile.profiler.kineto_results.events())


def _start(event):
    return event.start_ns() if hasattr(event, "start_ns") else event.start_us()


def peak_of(events):
    live = peak = 0
    for event in sorted((e for e in events if e.name() == "[memory]"), key=_start):
        live += event.nbytes()
        peak = max(peak, live)
    return peak
