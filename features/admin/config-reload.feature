Feature: Reloading the configuration

  Background:
    Given Root is an administrator

  Scenario: The files have changed
    When the file local.yaml is changed to "rateLimit: {login: {points: 33}}"
    And Root reloads the configuration
    Then revision 2 is applied with changes to "rateLimit.login.points"
    And the audit log has 1 "config.applied" event by Root
    And the audit log has 1 "config.applied" event by Root with the result "success" for this request
    When Root requests the revision history
    Then the revision history is:
      | revision | trigger | who  | changed                |
      | 2        | admin   | Root | rateLimit.login.points |
      | 1        | start   |      |                        |

  Scenario: The files have not changed
    When Root reloads the configuration
    Then revision 1 stays active without changes

  Scenario: The files are invalid
    When the file local.yaml is changed to "rateLimit: {login: {points: 0}}"
    And Root reloads the configuration
    Then the request is rejected with 422 invalid_config
    And the configuration error is out_of_range for rateLimit.login.points in local.yaml
    And the audit log has 1 "config.refused" event by Root
    And the audit log has 1 "config.refused" event by Root with the result "failure" for this request
    And revision 1 is active

  Scenario: The configuration was changed in the meantime
    When Root requests the configuration
    And the ETag is saved
    And the operator sets api.v2Enabled to true
    And Root reloads the configuration with the last seen ETag
    Then the request is rejected with 412 precondition_failed

  Scenario: The configuration is still the one that was read
    When Root requests the configuration
    And the ETag is saved
    And the file local.yaml is changed to "api: {v2Enabled: true}"
    And Root reloads the configuration with the last seen ETag
    Then revision 2 is applied with changes to "api.v2Enabled"

  Scenario: An invalid file is audited once, and again for each requested reload
    When the operator writes local.yaml with a limit of zero
    And Root reloads the configuration
    Then the request is rejected with 422 invalid_config
    And the audit log has 2 "config.refused" events
