Feature: Changes that revert themselves

  A change with a time limit is reverted on every instance unless it is confirmed, also when the operator and the
  instance that applied it are gone.

  Background:
    Given Root is an administrator

  Scenario: A confirmed change stays
    When Root sets rateLimit.login.points to 20, to be confirmed within 60 seconds
    Then revision 2 is applied with changes to "rateLimit.login.points"
    And the change must be confirmed as revision 2
    When Root requests the configuration
    Then revision 2 by Root is waiting for confirmation
    When Root confirms revision 2
    Then the change is confirmed: revision 2 is active, with new values of "rateLimit.login.points"
    And the audit log has 1 "config.confirmed" event by Root with the result "success" for this request
    When the service is restarted
    And Root requests the configuration
    Then no change is waiting for confirmation
    And the setting rateLimit.login.points is 20, set by override

  Scenario: An unconfirmed change is reverted
    When Root sets rateLimit.login.points to 20, to be confirmed within 1 second
    Then revision 3 becomes active by itself
    When Root requests the configuration
    Then the setting rateLimit.login.points is 60, set by file:default.yaml
    And no change is waiting for confirmation
    And the audit log has 1 "config.reverted" event with the reason "unconfirmed"
    When Root confirms revision 2
    Then the request is rejected with 409 nothing_to_confirm

  Scenario: Each instance reverts an unconfirmed change, and it is recorded once
    Given a second instance is running
    And the instances exchange changes
    When Root sets rateLimit.login.points to 20, to be confirmed within 1 second
    Then revision 3 becomes active by itself
    And revision 3 becomes active by itself on the second instance
    And the audit log has 1 "config.reverted" event with the reason "unconfirmed"

  Scenario: The instance that applied the change is gone
    Given a second instance is running
    And the instances exchange changes
    When Root sets rateLimit.login.points to 20, to be confirmed within 2 seconds
    And the service stops
    Then revision 3 becomes active by itself on the second instance

  Scenario: A restart within the time limit and after it
    When Root sets rateLimit.login.points to 20, to be confirmed within 2 seconds
    And the service is restarted
    And Root requests the configuration
    Then revision 2 by Root is waiting for confirmation
    And the setting rateLimit.login.points is 20, set by override
    And revision 3 becomes active by itself
    When the service is restarted
    And Root requests the configuration
    Then the setting rateLimit.login.points is 60, set by file:default.yaml

  Scenario: The time limit passes while no instance is running
    When Root sets rateLimit.login.points to 20, to be confirmed within 60 seconds
    And the service is restarted 2 hours later for the database
    And Root requests the configuration
    Then the configuration is at revision 3 without a rollback
    And the setting rateLimit.login.points is 60, set by file:default.yaml
    And the audit log has 1 "config.reverted" event with the reason "unconfirmed"

  Scenario: Reverting at once
    When Root sets rateLimit.login.points to 20, to be confirmed within 60 seconds
    And Root reverts revision 2
    Then the change is reverted: revision 3 is active, with new values of "rateLimit.login.points"
    And the audit log has 1 "config.reverted" event with the reason "requested"
    When Root confirms revision 2
    Then the request is rejected with 409 nothing_to_confirm
    When Root reverts revision 2
    Then the request is rejected with 409 nothing_to_confirm

  Scenario: A reverted change returns to the earlier override
    When Root overrides rateLimit.login.points with 20
    And Root changes the configuration:
      """
      {"changes": {"rateLimit.login.points": null, "api.v2Enabled": true}, "confirm_within": "5m"}
      """
    And Root reverts revision 3
    And Root requests the configuration
    Then the setting rateLimit.login.points is 20, set by override
    And the setting api.v2Enabled is false, set by file:default.yaml

  Scenario: Changes of the files within the time limit stay
    When Root sets rateLimit.login.points to 20, to be confirmed within 60 seconds
    And the operator sets api.v2Enabled to true
    And Root confirms revision 2
    Then the change is confirmed: revision 3 is active, with new values of "rateLimit.login.points"
    When Root sets rateLimit.login.window to "5m", to be confirmed within 60 seconds
    And the operator sets docs.enabled to false
    And Root reverts revision 4
    And Root requests the configuration
    Then the setting docs.enabled is false, set by file:local.yaml
    And the setting rateLimit.login.window is 1m, set by file:default.yaml
    And the setting rateLimit.login.points is 20, set by override

  Scenario: A reverted change returns to an earlier override that no longer fits the files
    When Root overrides auth.refresh.ttl with "2h"
    And Root sets auth.refresh.ttl to "30d", to be confirmed within 60 seconds
    And the operator sets auth.access.ttl to 3h
    And Root reverts revision 3
    Then the change is reverted: revision 5 is active, with new values of ""
    When Root requests the configuration
    Then the override of auth.refresh.ttl has no effect

  Scenario Outline: While one change waits, no other one is accepted: <action>
    When Root sets rateLimit.login.points to 20, to be confirmed within 60 seconds
    And Root <action>
    Then the request is rejected with 409 confirmation_pending

    Examples:
      | action                                         |
      | overrides api.v2Enabled with true              |
      | sets api.v2Enabled to true, to be confirmed within 5 seconds |
      | removes all overrides                          |
      | removes the override of rateLimit.login.points |
      | rolls back to revision 1                       |

  Scenario Outline: While one change waits, what does not exist is still not found: <action>
    When Root sets rateLimit.login.points to 20, to be confirmed within 60 seconds
    And Root <action>
    Then the request is rejected with 404 not_found

    Examples:
      | action                                |
      | removes the override of api.v2Enabled |
      | rolls back to revision 99             |
