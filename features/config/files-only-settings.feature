Feature: Settings that can be set only in the files

  The settings of the mail server decide where its password is sent. While a password is set, no override changes them.

  Background:
    Given Root is an administrator

  Scenario: An override from before the password was set
    When Root overrides mail.smtp.port with 2525
    And the operator sets:
      | mail.smtp.username | rollcall    |
      | mail.smtp.password | open sesame |
    And Root requests the configuration
    Then the override of mail.smtp.port has no effect
    And the setting mail.smtp.port is 587, set by file:default.yaml
    When Root overrides api.v2Enabled with true
    Then the request succeeds

  Scenario: A restart with a password
    When Root overrides mail.smtp.port with 2525
    And the service is restarted with the settings:
      """
      mail: {smtp: {username: rollcall, password: open sesame}}
      """
    And Root requests the configuration
    Then the override of mail.smtp.port has no effect
    And the setting mail.smtp.port is 587, set by file:default.yaml

  Scenario: A rollback to a revision from before the password was set
    Given the operator has set mail.smtp.port to 2525
    And the operator has set:
      | mail.smtp.port     | 587         |
      | mail.smtp.username | rollcall    |
      | mail.smtp.password | open sesame |
      | api.v2Enabled      | true        |
    When Root rolls back to revision 2
    Then revision 4 is applied with changes to "api.v2Enabled"
    When Root requests the configuration
    Then the setting mail.smtp.port is 587, set by file:local.yaml
