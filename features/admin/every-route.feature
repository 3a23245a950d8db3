Feature: Every route, as everybody

  The route table says who may call what. These scenarios walk through all of it, so a route without a guard cannot hide.

  Background:
    Given the operator has set api.v2Enabled to true
    And Ada has an account

  Scenario: Without a token
    When nobody tries every route
    Then only what is open to everyone lets them in

  Scenario: As a user
    Given Percy is logged in
    When Percy tries every route
    Then only what the role "user" permits lets them in

  Scenario: As the person that it is about
    Given Ada is logged in
    When Ada tries every route
    Then only what the role "user" permits lets them in

  Scenario: As the support
    Given Grace works for the support
    When Grace tries every route
    Then only what the role "support" permits lets them in

  Scenario: As an administrator
    Given Root is an administrator
    When Root tries every route
    Then only what the role "admin" permits lets them in

  Scenario: As somebody who is blocked
    Given Root is an administrator
    And Root's account is blocked
    When Root tries every route
    Then nothing that asks for a token takes this one

  Scenario: As somebody who is deleted
    Given Root is an administrator
    And Root's account is deleted
    When Root tries every route
    Then nothing that asks for a token takes this one

  Scenario: With a token that has expired
    Given Root is an administrator
    When 16 minutes pass
    And Root tries every route
    Then nothing but logging out takes this token

  Scenario Outline: With a token <forgery>
    Given Root is an administrator
    When somebody tries every route with Root's access token, <forgery>
    Then nothing that asks for a token takes this one

    Examples:
      | forgery                   |
      | signed with another key   |
      | with the algorithm none   |
      | with the role admin added |
      | with another subject      |
