Feature: A lockout does not hurt the owner of an account

  Correct logins use up no attempts, and owners who prove their identity are no longer locked out.

  Background:
    Given Ada has verified the e-mail address "ada@example.org"

  Scenario: Correct logins from many addresses
    When Ada logs in from 25 different addresses
    Then Ada is logged in now

  Scenario: A new password unlocks the account
    Given strangers at 12 addresses each try a wrong password for Ada
    And Ada has got a link to set a new password
    When the link is used with the password "seven lanterns over the bay"
    And Ada logs in from 203.0.113.9 with the password "seven lanterns over the bay"
    Then Ada is logged in now

  Scenario: A new password unlocks the e-mail address as well
    Given strangers at 12 addresses each try a wrong password as "ada@example.org"
    And Ada has got a link to set a new password
    When the link is used with the password "seven lanterns over the bay"
    And Ada logs in as "ada@example.org" with the password "seven lanterns over the bay"
    Then Ada is logged in now

  Scenario: A link that logs in unlocks the account
    Given Ada has an account
    And strangers at 12 addresses each try a wrong password for Ada
    And Ada has got a link to log in
    And the link is used to log in
    When Ada logs in from 203.0.113.9
    Then Ada is logged in now

  Scenario: A code for a new password from an administrator unlocks the account
    Given Root is an administrator
    And strangers at 12 addresses each try a wrong password for Ada
    And Root tries to issue a token for Ada
    When Ada logs in from 203.0.113.9
    Then Ada is logged in now

  Scenario: An administrator who unblocks an account unlocks it
    Given Root is an administrator
    And Root tries to block Ada
    And strangers at 12 addresses each try a wrong password for Ada
    And Root tries to unblock Ada
    When Ada logs in from 203.0.113.9
    Then Ada is logged in now

  Scenario: All instances count together, and a restart forgets nothing
    Given a second instance runs on the same database
    And a stranger tries 5 wrong passwords for Ada from 127.0.0.1
    When Ada logs in on the second instance
    Then it is refused with 429 too_many_attempts
    When the service is restarted
    And Ada logs in from 127.0.0.1
    Then it is refused with 429 too_many_attempts
