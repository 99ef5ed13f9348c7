"""The protobuf messages of profiles, described at run time: no generated code, no plugin.

Only the fields that are read are described; protobuf skips the others. Numbers and names
are those of openxla/xprof (``plugin/xprof/protobuf``) and of openxla/xla
(``tsl/profiler/protobuf/xplane.proto``). Maps are described as the lists of pairs that they
are on the wire.
"""

from __future__ import annotations

from typing import Any

from nbboard.kinds.described import Described

__all__ = ["MESSAGES", "parse"]

_MESSAGES = {
    # A plane and its lines stay bytes until their turn comes: one of them in memory is enough.
    "XSpace": "planes 1 *bytes, errors 2 *string, warnings 3 *string, hostnames 4 *string",
    "XPlane": "id 1 int64, name 2 string, lines 3 *bytes, event_metadata 4 *EventEntry,"
    " stat_metadata 5 *StatEntry, stats 6 *XStat",
    "EventEntry": "key 1 int64, value 2 XEventMetadata",
    "StatEntry": "key 1 int64, value 2 XStatMetadata",
    "XLine": "id 1 int64, display_id 10 int64, name 2 string, display_name 11 string,"
    " timestamp_ns 3 int64, duration_ps 9 int64, events 4 *XEvent",
    "XEvent": "metadata_id 1 int64, offset_ps 2 ?int64, num_occurrences 5 ?int64,"
    " duration_ps 3 int64, stats 4 *XStat",
    "XStat": "metadata_id 1 int64, double_value 2 ?double, uint64_value 3 ?uint64,"
    " int64_value 4 ?int64, str_value 5 ?string, ref_value 7 ?uint64",
    "XEventMetadata": "id 1 int64, name 2 string, display_name 4 string, stats 5 *XStat",
    "XStatMetadata": "id 1 int64, name 2 string",
    # local.trace: TensorFlow 2.0 and 2.1
    "Trace": "devices 1 *DeviceEntry, trace_events 4 *TraceEvent",
    "DeviceEntry": "key 1 uint64, value 2 Device",
    "Device": "name 1 string, device_id 2 uint64, resources 3 *ResourceEntry",
    "ResourceEntry": "key 1 uint64, value 2 Resource",
    "Resource": "name 1 string, resource_id 2 uint64",
    "TraceEvent": "device_id 1 uint64, resource_id 2 uint64, name 3 string,"
    " timestamp_ps 9 uint64, duration_ps 10 uint64, args 11 *TextEntry",
    "TextEntry": "key 1 string, value 2 string",
    # tensorflow_stats.pb
    "TfStatsDatabase": "with_idle 4 TfStatsTable, without_idle 5 TfStatsTable, device_type 6 string",
    "TfStatsTable": "tf_stats_record 1 *TfStatsRecord",
    "TfStatsRecord": "rank 1 uint64, host_or_device 2 string, op_type 3 string, op_name 4 string,"
    " occurrences 5 int64, total_time_in_us 6 double, total_self_time_in_us 8 double,"
    " is_eager 18 bool",
    # kernel_stats.pb
    "KernelStatsDb": "reports 1 *KernelReport",
    "KernelReport": "name 1 string, total_duration_ns 7 uint64, min_duration_ns 8 uint64,"
    " max_duration_ns 9 uint64, op_name 12 string, occurrences 13 uint32, occupancy_pct 14 float",
    # overview_page.pb and input_pipeline.pb
    "Any": "type_url 1 string, value 2 bytes",
    "OverviewPage": "input_analysis 2 InputPipelineAnalysisResult, analysis 3 Analysis,"
    " recommendation 4 Recommendation, run_environment 6 RunEnvironment",
    "Analysis": "mxu_utilization_percent 1 double, device_idle_time_percent 2 double,"
    " host_idle_time_percent 3 double, top_device_ops 4 *OverviewTfOp, device_duty_cycle_percent 17 double",
    "OverviewTfOp": "name 1 string, category 2 string, self_time_fraction 3 double",
    "Recommendation": "bottleneck 1 string, statement 2 string, recommendation 6 Any",
    "RunEnvironment": "host_count 1 int32, device_type 4 string, device_core_count 5 int32",
    "InputPipelineAnalysisResult": "hardware_type 9 string, step_time_summary 2 StepSummary,"
    " input_percent 11 double, step_details 4 *Any, input_op_details 6 *InputOpDetails,"
    " recommendation 7 InputRecommendation",
    "InputRecommendation": "bottleneck_analysis 2 Any",
    "StepSummary": "average 1 double, standard_deviation 2 double, minimum 3 double, maximum 4 double",
    "InputOpDetails": "op_name 1 string, count 2 uint64, time_in_ms 3 double,"
    " self_time_in_ms 5 double, category 7 string",
    "BottleneckAnalysis": "input_classification 1 string, input_statement 2 string,"
    " kernel_launch_classification 3 string, kernel_launch_statement 4 string,"
    " all_other_classification 5 string, all_other_statement 6 string",
    "PerGenericStepDetails": "step_number 1 int32, step_name 14 string, step_time_ms 2 double,"
    " unknown_time_ms 3 double, output_ms 5 double, device_compute_ms 6 double,"
    " device_to_device_ms 7 double, host_compute_ms 8 double, host_prepare_ms 9 double,"
    " host_compile_ms 10 double, host_wait_input_ms 11 double, host_to_device_ms 12 double,"
    " device_collectives_ms 13 double",
    "PerTpuStepDetails": "step_number 1 int32, tc_infeed_time_ms 3 double,"
    " all_reduce_compute_time_ms 11 double, all_reduce_sync_time_ms 12 double,"
    " tc_compute_time_ms 13 double, tc_idle_time_ms 14 double, tc_outfeed_time_ms 15 double,"
    " scv0_compute_time_ms 16 double, scv0_infeed_time_ms 17 double, host_transfer_ms 18 double",
}

MESSAGES = Described("nbboard.profile", _MESSAGES)


def parse(name: str, data: bytes) -> Any:
    """Parse one of the messages described here, for example ``"XPlane"``.

    Raises
    ------
    UndecodableError
        If the bytes are no such message.
    """
    return MESSAGES.parse(name, data)
