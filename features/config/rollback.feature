Feature: Rolling back to an earlier revision

  A rollback overrides every setting that differs, on every instance, until the overrides are removed.

  Background:
    Given Root is an administrator
    And the operator has set api.v2Enabled to true

  Scenario: The values of the earlier revision become active, and the files stay unchanged
    When Root rolls back to revision 1
    Then revision 3 is applied with changes to "api.v2Enabled"
    And the audit log has 1 "config.rolled_back" event by Root
    And the audit log has 1 "config.rolled_back" event by Root with the result "success" for this request
    And a warning about the rollback to revision 1 is logged
    When an anonymous client requests a v2 greeting for "Ada"
    Then the request is rejected with 404 api_version_disabled
    When Root requests the configuration
    Then the configuration is at revision 3, rolled back to revision 1 by Root
    And the setting api.v2Enabled is false, set by rollback
    And the setting auth.access.ttl is 15m, set by file:default.yaml

  Scenario: A change of the files keeps the rollback
    When Root rolls back to revision 1
    And the operator sets rateLimit.login.points to 33
    And an anonymous client requests a v2 greeting for "Ada"
    Then the request is rejected with 404 api_version_disabled
    When Root requests the configuration
    Then the configuration is at revision 4, rolled back to revision 1 by Root
    And the setting rateLimit.login.points is 33, set by file:local.yaml
    And the keys shadowed by an override are ""

  Scenario: A change of an overridden setting in the files
    When Root rolls back to revision 1
    And the operator writes local.yaml and reloads:
      """
      features: {newCheckout: true}
      """
    And Root requests the configuration
    Then the configuration is at revision 4, rolled back to revision 1 by Root
    And the keys shadowed by an override are "api.v2Enabled"

  Scenario: The rollback ends when its overrides are removed
    When Root rolls back to revision 1
    And Root removes all overrides
    And Root requests the configuration
    Then the configuration is at revision 4 without a rollback
    And the setting api.v2Enabled is true, set by file:local.yaml

  Scenario: A rollback replaces other overrides
    When Root overrides rateLimit.login.points with 20
    And Root rolls back to revision 1
    Then revision 4 is applied with changes to "api.v2Enabled, rateLimit.login.points"
    When Root requests the overrides
    Then the listed overrides are:
      | key           | value | reason |
      | api.v2Enabled | false |        |

  Scenario: A feature flag that the revision does not contain
    Given the operator has set features.newCheckout to true
    When Root rolls back to revision 2
    And Root requests the feature flags
    Then there are no feature flags

  Scenario: A setting that the environment sets
    When the service is restarted with ROLLCALL_API_V2_ENABLED set to "true"
    And Root rolls back to revision 1
    Then revision 2 stays active without changes

  Scenario: A restart keeps the rollback
    When Root rolls back to revision 1
    And the service is restarted
    And Root requests the configuration
    Then the configuration is at revision 3, rolled back to revision 1 by Root
    When an anonymous client requests a v2 greeting for "Ada"
    Then the request is rejected with 404 api_version_disabled

  Scenario: A restart with other files keeps the rollback
    When Root rolls back to revision 1
    And the service is restarted with the settings:
      """
      api: {v2Enabled: true}
      docs: {enabled: false}
      """
    And Root requests the configuration
    Then the configuration is at revision 4, rolled back to revision 1 by Root
    And the setting docs.enabled is false, set by file:local.yaml

  Scenario: The rollback applies to every instance
    Given a second instance is running
    When the second instance loads the same files
    And Root rolls back to revision 1
    And the second instance checks the database for changes
    And an anonymous client sends POST /api/v2/greet with the body '{"name": "Ada"}' on the second instance
    Then the request is rejected with 404 api_version_disabled
    And the first instance reports revision 3
    And the second instance reports revision 3

  Scenario: Another rollback replaces it
    Given the operator has set rateLimit.login.points to 33
    When Root rolls back to revision 1
    And Root rolls back to revision 2
    And Root requests the configuration
    Then the configuration is at revision 5, rolled back to revision 2 by Root
    And the setting api.v2Enabled is true, set by file:local.yaml
    And the setting rateLimit.login.points is 60, set by rollback

  Scenario: A rollback to the active revision
    When Root rolls back to revision 2
    Then revision 2 stays active without changes
    When Root requests the configuration
    Then the configuration is at revision 2 without a rollback

  Scenario: A setting that requires a restart stays pending
    Given the operator has set server.port to 9999
    And the operator has set rateLimit.login.points to 33
    When Root rolls back to revision 3
    Then revision 5 is applied with changes to "rateLimit.login.points"
    When Root requests the configuration
    Then the response has pending_restart ["server.port"]

  Scenario: Settings that require a restart keep the values of the files
    Given the operator has set server.port to 9999
    When Root rolls back to revision 2
    Then revision 3 stays active without changes
    When Root requests the configuration
    Then the response has pending_restart ["server.port"]

  Scenario: A rollback while the files are invalid
    When the operator writes local.yaml with a limit of zero
    And Root rolls back to revision 1
    Then revision 3 is applied with changes to "api.v2Enabled"
    When Root requests the configuration
    Then the configuration error is out_of_range for rateLimit.login.points in local.yaml

  Scenario: A revision with a value that is no longer valid
    Given the value of password.minLength in revision 1 has been changed to 1
    When Root rolls back to revision 1
    Then the request is rejected with 422 invalid_config
    And the configuration error is out_of_range for password.minLength in revision_1
    And the audit log has 1 "config.refused" event by Root
    And the audit log has 1 "config.refused" event by Root with the result "failure" for this request
    When Root requests the configuration
    Then the configuration is at revision 2 without a rollback

  Scenario: A revision with a setting that no longer exists
    Given the value of api.v0Enabled in revision 1 has been changed to true
    When Root rolls back to revision 1
    Then the configuration error is unknown_key for api.v0Enabled in revision_1
