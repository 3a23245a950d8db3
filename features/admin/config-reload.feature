Feature: An operator has the files read now

  Background:
    Given Root is an administrator

  Scenario: The files have changed
    Given the file local.yaml has become "rateLimit: {login: {points: 33}}"
    When Root asks for a reload
    Then the configuration is applied as revision 2, with "rateLimit.login.points" changed
    And the audit trail tells that Root did "config.applied" as success
    When Root lists the revisions
    Then the revisions are, the newest first:
      | revision | trigger | who  | changed                |
      | 2        | admin   | Root | rateLimit.login.points |
      | 1        | start   |      |                        |

  Scenario: The files have not changed
    When Root asks for a reload
    Then the configuration is unchanged as revision 1

  Scenario: The files are bad
    Given the file local.yaml has become "rateLimit: {login: {points: 0}}"
    When Root asks for a reload
    Then the request is rejected with 422 invalid_config
    And it is refused as a configuration, since rateLimit.login.points of local.yaml is out_of_range
    And the audit trail tells that Root did "config.refused" as failure
    And revision 1 is in force

  Scenario: Somebody else was faster
    Given Root has looked at the configuration
    And the operator has set api.v2Enabled to true
    When Root asks for a reload of what was seen
    Then the request is rejected with 412 precondition_failed

  Scenario: Nobody else was faster
    Given Root has looked at the configuration
    And the file local.yaml has become "api: {v2Enabled: true}"
    When Root asks for a reload of what was seen
    Then the configuration is applied as revision 2, with "api.v2Enabled" changed

  Scenario: A bad file is audited once, and again for whoever asks
    Given the operator writes local.yaml with a limit of zero
    When Root asks for a reload
    Then the request is rejected with 422 invalid_config
    And the audit trail tells 2 times of "config.refused"
