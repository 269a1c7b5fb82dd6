import { BlockedTimeService } from "@calends/contracts/calends/availability/v1/blocked_time_service_pb";
import type { ServiceImpl } from "@connectrpc/connect";
import type { Deps } from "./deps.ts";
import { createMany, createOne } from "./times/create.ts";
import { expand } from "./times/expand.ts";
import { removeFollowing, updateFollowing } from "./times/following.ts";
import { cancel, change, remove, restore } from "./times/occurrences.ts";
import { get, list } from "./times/read.ts";
import { update } from "./times/update.ts";
import { mutateTimes } from "./times/work.ts";

const { method: methods } = BlockedTimeService;
const kind = "blocked";

/** The RPCs of BlockedTimeService: what times/ does, for blocked times. */
export function blockedTimeRpcs(deps: Deps): ServiceImpl<typeof BlockedTimeService> {
  return {
    createBlockedTime: (request, context) =>
      mutateTimes(deps, kind, { method: methods.createBlockedTime, request, context }, async (work) => ({
        blockedTime: await createOne(work, request.blockedTime),
      })),
    bulkCreateBlockedTimes: (request, context) =>
      mutateTimes(deps, kind, { method: methods.bulkCreateBlockedTimes, request, context }, async (work) => ({
        blockedTimes: await createMany(work, request.blockedTimes),
      })),
    updateBlockedTime: (request, context) =>
      mutateTimes(deps, kind, { method: methods.updateBlockedTime, request, context }, async (work) => ({
        blockedTime: await update(work, request.blockedTimeId, request.blockedTime),
      })),
    deleteBlockedTime: (request, context) =>
      mutateTimes(deps, kind, { method: methods.deleteBlockedTime, request, context }, async (work) => {
        await remove(work, request.blockedTimeId);
        return {};
      }),
    cancelBlockedOccurrence: (request, context) =>
      mutateTimes(deps, kind, { method: methods.cancelBlockedOccurrence, request, context }, async (work) => ({
        blockedTime: await cancel(work, request.blockedTimeId, request),
      })),
    changeBlockedOccurrence: (request, context) =>
      mutateTimes(deps, kind, { method: methods.changeBlockedOccurrence, request, context }, async (work) => ({
        blockedTime: await change(work, request.blockedTimeId, request),
      })),
    restoreBlockedOccurrence: (request, context) =>
      mutateTimes(deps, kind, { method: methods.restoreBlockedOccurrence, request, context }, async (work) => ({
        blockedTime: await restore(work, request.blockedTimeId, request),
      })),
    updateFollowingBlockedTimes: (request, context) =>
      mutateTimes(deps, kind, { method: methods.updateFollowingBlockedTimes, request, context }, async (work) => {
        const split = await updateFollowing(work, request.blockedTimeId, request, request.blockedTime);
        return { blockedTime: split.continued, ...(split.ended === undefined ? {} : { ended: split.ended }) };
      }),
    deleteFollowingBlockedTimes: (request, context) =>
      mutateTimes(deps, kind, { method: methods.deleteFollowingBlockedTimes, request, context }, async (work) => {
        const left = await removeFollowing(work, request.blockedTimeId, request);
        return left === undefined ? {} : { blockedTime: left };
      }),
    async getBlockedTime(request, context) {
      return { blockedTime: await get(deps, kind, context, request.blockedTimeId) };
    },
    async listBlockedTimes(request, context) {
      const { times, nextPageToken } = await list(deps, kind, context, request);
      return { blockedTimes: times, nextPageToken };
    },
    async listExpandedBlockedTimes(request, context) {
      const { times, truncated } = await expand(deps, kind, context, request);
      return { blockedTimes: times, truncated };
    },
  };
}
