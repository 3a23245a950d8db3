Feature: Operators delete, restore and erase accounts

  Background:
    Given Root is an administrator
    And Ada is logged in

  Scenario: Deleted, the name stays hers
    When Root tries to delete Ada
    Then it is done, without a word
    And the audit trail tells 1 time of "user.deleted" for Ada
    When Ada looks at the own account
    Then it is refused with 401 invalid_token
    When Root tries to look at Ada
    Then the account is shown as deleted
    When Ada registers
    Then it is refused with 409 username_taken

  Scenario: Deleted twice
    When Root tries to delete Ada
    And Root tries to delete Ada
    Then it is done, without a word
    And the audit trail tells 1 time of "user.deleted" for Ada

  Scenario: Restored
    When Root tries to delete Ada
    And Root tries to restore Ada
    Then the account is shown as active
    And the audit trail tells 1 time of "user.restored" for Ada
    And Ada can log in

  Scenario: Erased for good
    When Root tries to erase Ada
    Then it is done, without a word
    And the audit trail tells 1 time of "user.erased" for Ada
    When Root tries to look at Ada
    Then it is refused with 404 not_found
    When Root reads the audit trail with "subject=<Ada>"
    Then nothing in it names Ada
    When Ada registers
    Then Ada has got an account
