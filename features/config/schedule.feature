Feature: Expiring and scheduled changes

  Background:
    Given Root is an administrator

  Scenario: An override expires
    When Root changes the configuration:
      """
      {"changes": {"rateLimit.login.points": 20, "api.v2Enabled": true}, "expires_in": "1s"}
      """
    Then revision 2 is applied with changes to "api.v2Enabled, rateLimit.login.points"
    And revision 3 becomes active by itself
    When Root requests the configuration
    Then the setting rateLimit.login.points is 60, set by file:default.yaml
    And the audit log has 1 "config.reverted" event with the reason "expired"

  Scenario: A later change replaces the expiry
    When Root changes the configuration:
      """
      {"changes": {"rateLimit.login.points": 20, "api.v2Enabled": true}, "expires_in": "2s"}
      """
    And Root overrides rateLimit.login.points with 21
    Then revision 4 becomes active by itself
    When Root requests the configuration
    Then the setting rateLimit.login.points is 21, set by override
    And the setting api.v2Enabled is false, set by file:default.yaml

  Scenario: A change at a later time
    When Root changes the configuration:
      """
      {"changes": {"rateLimit.login.points": 20}, "at": "<in 2 seconds>", "expires_in": "2h", "reason": "sale"}
      """
    Then the change is scheduled
    And the audit log has 1 "config.scheduled" event by Root with the result "success" for this request
    When Root requests the scheduled changes
    Then the listed scheduled changes are:
      | keys                   | expires | reason |
      | rateLimit.login.points | 2h      | sale   |
    And revision 2 becomes active by itself
    When Root requests the configuration
    Then the setting rateLimit.login.points is 20, set by override
    And the configuration has 0 scheduled changes
    When Root requests revision 2
    Then the revision has the trigger schedule and the reason "sale"

  Scenario: A scheduled change is applied once by two instances
    Given a second instance is running
    And the instances exchange changes
    When Root changes the configuration:
      """
      {"changes": {"rateLimit.login.points": 20}, "at": "<in 2 seconds>"}
      """
    Then revision 2 becomes active by itself
    And revision 2 becomes active by itself on the second instance
    And the audit log has 2 "config.applied" events

  Scenario: A scheduled change is cancelled
    When Root changes the configuration:
      """
      {"changes": {"rateLimit.login.points": 20}, "at": "<in 3600 seconds>"}
      """
    And Root cancels the scheduled change
    Then the response is 204 No Content
    And the audit log has 1 "config.schedule_cancelled" event by Root with the result "success" for this request
    When Root requests the configuration
    Then the configuration has 0 scheduled changes

  Scenario: A scheduled change that does not exist
    When Root sends DELETE /api/v1/admin/config/scheduled/1 with the body "{}"
    Then the request is rejected with 404 not_found

  Scenario: A change that is due while another one waits is applied after it
    When Root changes the configuration:
      """
      {"changes": {"api.v2Enabled": true}, "at": "<in 2 seconds>"}
      """
    And Root sets rateLimit.login.points to 20, to be confirmed within 4 seconds
    Then revision 4 becomes active by itself
    When Root requests the configuration
    Then the setting api.v2Enabled is true, set by override
    And the setting rateLimit.login.points is 60, set by file:default.yaml

  Scenario: A change that was due while no instance was running is applied late
    When Root changes the configuration:
      """
      {"changes": {"rateLimit.login.points": 20}, "at": "<in 3600 seconds>"}
      """
    And the service is restarted 2 hours later for the database
    And Root requests the configuration
    Then the setting rateLimit.login.points is 20, set by override

  Scenario: A change that would have expired already is skipped
    When Root changes the configuration:
      """
      {"changes": {"rateLimit.login.points": 20}, "at": "<in 3600 seconds>", "expires_in": "30m"}
      """
    And the service is restarted 2 hours later for the database
    And Root requests the configuration
    Then the setting rateLimit.login.points is 60, set by file:default.yaml
    And the configuration has 0 scheduled changes
    And the audit log has 1 "config.schedule_cancelled" event with the reason "expired"

  Scenario Outline: A change by an administrator who <loses access> is skipped
    Given Grace is an administrator
    When Grace changes the configuration:
      """
      {"changes": {"rateLimit.login.points": 20}, "at": "<in 3600 seconds>"}
      """
    And Root tries to <action> Grace
    And the service is restarted 2 hours later for the database
    And Root logs in
    And Root requests the configuration
    Then the setting rateLimit.login.points is 60, set by file:default.yaml
    And the configuration has 0 scheduled changes
    And the audit log has 1 "config.schedule_cancelled" event with the reason "forbidden"

    Examples:
      | loses access         | action                     |
      | is blocked           | block                      |
      | is deleted           | delete                     |
      | is erased            | erase                      |
      | loses the permission | remove the admin role from |

  Scenario: A change that has become invalid is skipped
    When Root changes the configuration:
      """
      {"changes": {"auth.access.ttl": "2h"}, "at": "<in 2 seconds>"}
      """
    And the operator sets auth.refresh.ttl to 1h
    Then the scheduled change is dropped
    And the audit log has 1 "config.schedule_cancelled" event with the reason "invalid"
